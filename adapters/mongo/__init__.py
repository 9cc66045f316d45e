"""MongoDB behind the domain's ports, and the embedded server: nothing else knows the driver."""

import os

# Motor hands each command to a thread, and reads this when it is first imported. More threads
# than cores wait for one another: ten, Motor's choice for two cores, took 12 to 20 % more time.
os.environ.setdefault("MOTOR_MAX_WORKERS", "4")
