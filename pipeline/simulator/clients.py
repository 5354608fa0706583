"""The kinds of software at either end of a session: rows of ClientVersions."""

from __future__ import annotations

MEDIATION = 1
DESKTOP = 2
DESKTOP_NEW = 3
DESK_PHONE = 4
MOBILE = 5
RESPONSE_GROUP = 6
ATTENDANT = 7
CONFERENCE = 8
VOICEMAIL = 9
SYNTHETIC = 10

CLIENT_VERSIONS: tuple[tuple[int, str, int], ...] = (
    (MEDIATION, "RTCC/6.0.0.0 MediationServer", 1),
    (DESKTOP, "UCCAPI/15.0.5467 OC/15.0.5467 (Skype for Business)", 4),
    (DESKTOP_NEW, "UCCAPI/16.0.10401 OC/16.0.10401 (Skype for Business)", 4),
    (DESK_PHONE, "CPE/5.9 OCPhone (desk phone)", 8),
    (MOBILE, "iPhoneLync/6.30 (mobile client)", 16398),
    (RESPONSE_GROUP, "RTCC/6.0.0.0 Response_Group_Service", 1024),
    (ATTENDANT, "RTCC/6.0.0.0 Conferencing_Attendant", 512),
    (CONFERENCE, "RTCC/6.0.0.0 AV-MCU", 2),
    (VOICEMAIL, "RTCC/5.0.0.0 MSExchangeUM", 16393),
    (SYNTHETIC, "UCCAPI/16.0 ST (health check)", 16396),
)
"""Id, user agent, client type."""
