"""What the album of pages is made of: each scene plays a part of the product, in every state that its pages can have."""
