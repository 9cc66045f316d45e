"""Calendar files (RFC 5545), as phones and mail programs take them in."""

from icalendar import Alarm, Calendar, Event

from domain.lectures.calendars import Appointment

PRODUCT = "-//Credit Yuexiu//Cloud Lectures//ZH"


def write_calendar(appointment: Appointment) -> bytes:
    """One entry with an alarm; one that is cancelled says so, its title and times alone."""
    event = Event()
    event.add("uid", appointment.uid)
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", appointment.stamp)
    event.add("last-modified", appointment.stamp)
    event.add("dtstart", appointment.begins_at)
    event.add("dtend", appointment.ends_at)
    event.add("summary", appointment.title)
    event.add("status", "CANCELLED" if appointment.cancelled else "CONFIRMED")
    if not appointment.cancelled:
        event.add("description", appointment.description)
        event.add("location", appointment.place)
        event.add("url", appointment.url)
        event.add_component(_alarm(appointment))
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if appointment.cancelled else "PUBLISH")
    calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _alarm(appointment: Appointment) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", appointment.title)
    alarm.add("trigger", -appointment.alarm_before)
    return alarm
