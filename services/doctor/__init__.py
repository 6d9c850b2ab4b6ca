"""`nicewen doctor`: what keeps Nicewen from working here, or behind a proxy, each with its mend."""

from nicewen.services.doctor.examination import examined, examined_page

__all__ = ["examined", "examined_page"]
