"""Who is making this request: officers by password and authenticator, and the guards of the rooms."""
