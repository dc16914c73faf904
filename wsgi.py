"""What a WSGI server serves."""

import config
from pledges.app import create_app

app = create_app(config.from_environment())
