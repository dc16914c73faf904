"""The pledge platform of the World Assembly of Local and Regional Governments: the map of the house.

A visitor enters a room; rooms stand on shared ground; Flask stops at the door. Imports point downward only.

    app, cli, worker             know everyone, once
    leader                       prepare, review, sign, follow, withdraw
    secretariat                  queue, decide, invite, letters, editions
    press                        editions, embargo, downloads
    public                       home, register, one pledge, verify, open data
    accounts                     sign-in of officers, the guard of each room
    extensions, errors           Flask's extensions; pages for what goes wrong
    signatures                   what every kind of signature ends in
    letters                      what is written to whom: rows in the outbox
    typesetting                  from value to PDF
    adapters                     the outside world: mail, seal, archive, jobs
    models                       the tables
    domain                       the rules: no framework, no database, no network, no clock

A room has routes.py, forms.py, actions.py and queries.py, or fewer. The first segment of a URL is the folder in
pledges/, in templates/ and in tests/, and the blueprint's name; public alone has no prefix.
docs/architecture.md tells the rest; tests/test_house_rules.py and the import contracts in pyproject.toml keep it true.
"""
