"""Service messages in WeChat: what may be sent, when, to whom, and what became of it."""
