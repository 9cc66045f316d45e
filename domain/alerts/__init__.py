"""What staff are told: in the console, by WeChat, by SMS, or gathered into a digest."""
