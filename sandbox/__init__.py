"""Stand-ins for the outside world of 信用越秀, speaking its real protocols over loopback HTTP.

One process, ``python -m sandbox``, plays six parties and a phone:

=============  ==================================================  =======================
address        plays                                               read
=============  ==================================================  =======================
``/wechat``    WeChat: sign-in, access token, phone number         ``wechat.py``
``/platform``  the municipal public-credit platform                ``credit_platform.py``
``/identity``  the agency that checks names by face                ``identity_check.py``
``/grid``      the power company's system                          ``power_grid.py``
``/sms``       the SMS gateway                                     ``sms.py``
``/backend``   nobody: passes requests on to our API               ``proxy.py``
``/sandbox``   nobody: personas, codes and faults for developers   ``control.py``
``/``          the phone: the mini program in a browser            ``phone/``
=============  ==================================================  =======================

Credentials are public constants: appid ``wx0123456789abcdef`` with ``sandbox-wechat-secret`` for
WeChat, app id ``credit-yuexiu`` with ``sandbox-platform-secret``, ``sandbox-identity-secret``,
``sandbox-grid-secret`` or ``sandbox-sms-secret`` for the four partners, whose requests are signed
(``signatures.py``); the power company signs its own with ``sandbox-grid-callback-secret``. Its
people and enterprises (``data/personas``, ``generate.py``) are invented, and so are their records.
It listens on loopback only, keeps all in memory, and belongs on a developer's machine and nowhere
else. A first try::

    python -m sandbox --port 8081 &
    curl -s localhost:8081/sandbox/personas
    curl -s localhost:8081/sandbox/wx/login -d '{"openid": "oSbx-charlie-000000000000000"}'
"""
