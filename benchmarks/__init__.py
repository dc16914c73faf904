"""What the application costs, beside what one would pick instead (`make bench`)."""
