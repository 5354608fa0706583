-- The rows that every call detail database starts with.
INSERT INTO dbo.Tenants (TenantId, TenantKey) VALUES
    (1, '00000000-0000-0000-0000-000000000000'), -- the company's own users
    (2, '00000000-0000-0000-0000-000000000001'), -- federated
    (3, '00000000-0000-0000-0000-000000000002'), -- anonymous
    (4, '00000000-0000-0000-0000-000000000003'); -- public messaging
INSERT INTO dbo.UriTypes (UriTypeId, UriType) VALUES
    (0, 'PhoneUri'),
    (1, 'UserUri'),
    (2, 'conf:focus'),
    (3, 'conf:chat'),
    (4, 'conf:audio-video'),
    (5, 'conf:applicationsharing');
INSERT INTO dbo.CallPriorities (PriorityId, Priority) VALUES
    (0, 'Unknown'),
    (1, 'Non-Urgent'),
    (2, 'Normal'),
    (3, 'Urgent'),
    (4, 'Emergency');
INSERT INTO dbo.MediaList (MediaId, Media) VALUES
    (1, 'IM'),
    (2, 'FileTransfer'),
    (3, 'RemoteAssistance'),
    (4, 'ApplicationSharing'),
    (5, 'Audio'),
    (6, 'Video'),
    (7, 'AppInvite');
INSERT INTO dbo.UserAgentDef (UAType, UAName, UACategory) VALUES
    (1, 'MediationServer', 'MediationServer'),
    (2, 'AV-MCU', 'AV-MCU'),
    (4, 'OC', 'OC'),
    (8, 'OCPhone', 'OCPhone'),
    (128, 'Attendant', 'Attendant'),
    (256, 'Conferencing_Announcement_Service', 'CAS'),
    (512, 'Conferencing_Attendant', 'CAA'),
    (512, 'Conference_Auto_Attendant', 'CAA'),
    (1024, 'Response_Group_Service', 'RGS'),
    (1032, 'Call_Park_Service', 'CPS'),
    (1040, 'Announcement_Service', 'AnS'),
    (16388, 'InboundRouting', 'InboundRouting'),
    (16393, 'MSExchangeUM', 'ExUM'),
    (16396, 'SyntheticTransactions', 'ST'),
    (16398, 'Mobile', 'Mobile'),
    (32769, 'Gateway', 'Gateway'),
    (32770, 'GatewayAndMediation', 'Gateway');
INSERT INTO dbo.SIPResponseMetaData (ResponseCode, Class, Description) VALUES
    (200, 2, 'OK'),
    (302, 3, 'Moved Temporarily'),
    (403, 4, 'Forbidden'),
    (404, 4, 'Not Found'),
    (408, 4, 'Request Timeout'),
    (415, 4, 'Unsupported Media Type'),
    (480, 4, 'Temporarily Unavailable'),
    (484, 4, 'Address Incomplete'),
    (486, 4, 'Busy Here'),
    (487, 4, 'Request Terminated'),
    (488, 4, 'Not Acceptable Here'),
    (500, 5, 'Server Internal Error'),
    (503, 5, 'Service Unavailable'),
    (504, 5, 'Server Time-out'),
    (600, 6, 'Busy Everywhere'),
    (603, 6, 'Decline'),
    (604, 6, 'Does Not Exist Anywhere');
INSERT INTO dbo.PurgeSettings (
    Id, EnablePurge, KeepCallDetailForDays, KeepErrorReportForDays, PurgeHour
) VALUES (1, 1, 60, 60, 2);
