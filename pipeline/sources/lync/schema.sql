-- The tables of a Lync / Skype for Business call detail database (LcsCDR) that telephony touches:
-- enough to hold calls for demonstrations and tests. Keys only; every other column may be NULL,
-- because nothing is promised about a real one. All times are UTC.

-- What ids stand for.
CREATE TABLE dbo.Tenants (
    TenantId int NOT NULL,
    TenantKey nvarchar(256) NOT NULL,
    CONSTRAINT PK_Tenants PRIMARY KEY (TenantId)
);
CREATE TABLE dbo.UriTypes (
    UriTypeId tinyint NOT NULL,
    UriType nvarchar(256) NOT NULL,
    CONSTRAINT PK_UriTypes PRIMARY KEY (UriTypeId)
);
CREATE TABLE dbo.CallPriorities (
    PriorityId tinyint NOT NULL,
    Priority nvarchar(256) NOT NULL,
    CONSTRAINT PK_CallPriorities PRIMARY KEY (PriorityId)
);
CREATE TABLE dbo.MediaList (
    MediaId tinyint NOT NULL,
    Media nvarchar(256) NOT NULL,
    CONSTRAINT PK_MediaList PRIMARY KEY (MediaId)
);
-- A client type may carry several names: joining on it alone doubles rows.
CREATE TABLE dbo.UserAgentDef (
    UAType int NOT NULL,
    UAName nvarchar(256) NOT NULL,
    UACategory nvarchar(64) NULL,
    CONSTRAINT PK_UserAgentDef PRIMARY KEY (UAType, UAName)
);
CREATE TABLE dbo.SIPResponseMetaData (
    ResponseCode int NOT NULL,
    Class int NULL,
    Description nvarchar(256) NULL,
    CONSTRAINT PK_SIPResponseMetaData PRIMARY KEY (ResponseCode)
);
CREATE TABLE dbo.PurgeSettings (
    Id int NOT NULL,
    EnablePurge bit NULL,
    KeepCallDetailForDays int NULL,
    KeepErrorReportForDays int NULL,
    PurgeHour int NULL,
    CONSTRAINT PK_PurgeSettings PRIMARY KEY (Id)
);

-- Names that sessions point at.
CREATE TABLE dbo.Users (
    UserId int NOT NULL,
    UserUri nvarchar(450) NOT NULL,
    TenantId int NULL,
    UriTypeId tinyint NULL,
    NextUpdateTS datetime NULL,
    CONSTRAINT PK_Users PRIMARY KEY (UserId)
);
CREATE TABLE dbo.Phones (
    PhoneId int NOT NULL,
    PhoneUri nvarchar(450) NOT NULL,
    NextUpdateTS datetime NULL,
    CONSTRAINT PK_Phones PRIMARY KEY (PhoneId)
);
CREATE TABLE dbo.Gateways (
    GatewayId int NOT NULL,
    Gateway nvarchar(256) NOT NULL,
    CONSTRAINT PK_Gateways PRIMARY KEY (GatewayId)
);
CREATE TABLE dbo.MediationServers (
    MediationServerId int NOT NULL,
    MediationServer nvarchar(256) NOT NULL,
    CONSTRAINT PK_MediationServers PRIMARY KEY (MediationServerId)
);
CREATE TABLE dbo.EdgeServers (
    EdgeServerId int NOT NULL,
    EdgeServer nvarchar(256) NOT NULL,
    CONSTRAINT PK_EdgeServers PRIMARY KEY (EdgeServerId)
);
CREATE TABLE dbo.Servers (
    ServerId int NOT NULL,
    ServerFQDN nvarchar(256) NOT NULL,
    CONSTRAINT PK_Servers PRIMARY KEY (ServerId)
);
CREATE TABLE dbo.Pools (
    PoolId int NOT NULL,
    PoolFQDN nvarchar(256) NOT NULL,
    CONSTRAINT PK_Pools PRIMARY KEY (PoolId)
);
CREATE TABLE dbo.ContentTypes (
    ContentTypeId int NOT NULL,
    ContentType nvarchar(256) NOT NULL,
    CONSTRAINT PK_ContentTypes PRIMARY KEY (ContentTypeId)
);
CREATE TABLE dbo.ClientVersions (
    VersionId int NOT NULL,
    Version nvarchar(256) NULL,
    ClientType int NULL,
    CONSTRAINT PK_ClientVersions PRIMARY KEY (VersionId)
);

-- Sessions between two parties.
CREATE TABLE dbo.Dialogs (
    SessionIdTime datetime NOT NULL,
    SessionIdSeq int NOT NULL,
    ExternalChecksum int NULL,
    ExternalId varbinary(775) NULL,
    CONSTRAINT PK_Dialogs PRIMARY KEY (SessionIdTime, SessionIdSeq)
);
CREATE TABLE dbo.SessionDetails (
    SessionIdTime datetime NOT NULL,
    SessionIdSeq int NOT NULL,
    CorrelationId uniqueidentifier NULL,
    ReplacesDialogIdTime datetime NULL,
    ReplacesDialogIdSeq int NULL,
    User1Id int NULL,
    User2Id int NULL,
    User1EndpointId uniqueidentifier NULL,
    User2EndpointId uniqueidentifier NULL,
    TargetUserId int NULL,
    SessionStartedById int NULL,
    OnBehalfOfId int NULL,
    ReferredById int NULL,
    ServerId int NULL,
    PoolId int NULL,
    ContentTypeId int NULL,
    User1ClientVerId int NULL,
    User2ClientVerId int NULL,
    User1EdgeServerId int NULL,
    User2EdgeServerId int NULL,
    IsUser1Internal bit NULL,
    IsUser2Internal bit NULL,
    InviteTime datetime NULL,
    ResponseTime datetime NULL,
    ResponseCode int NULL,
    DiagnosticId int NULL,
    CallPriority tinyint NULL,
    User1MessageCount int NULL,
    User2MessageCount int NULL,
    SessionEndTime datetime NULL,
    MediaTypes int NULL,
    User1Flag smallint NULL,
    User2Flag smallint NULL,
    CallFlag smallint NULL,
    Processed bit NULL,
    LastModifiedTime datetime NULL,
    CONSTRAINT PK_SessionDetails PRIMARY KEY (SessionIdTime, SessionIdSeq)
);
CREATE TABLE dbo.VoipDetails (
    SessionIdTime datetime NOT NULL,
    SessionIdSeq int NOT NULL,
    FromNumberId int NULL,
    ConnectedNumberId int NULL,
    FromMediationServerId int NULL,
    ToMediationServerId int NULL,
    FromGatewayId int NULL,
    ToGatewayId int NULL,
    DisconnectedbyURIId int NULL,
    DisconnectedbyPhoneId int NULL,
    LastModifiedTime datetime NULL,
    CONSTRAINT PK_VoipDetails PRIMARY KEY (SessionIdTime, SessionIdSeq)
);
CREATE TABLE dbo.Media (
    SessionIdTime datetime NOT NULL,
    SessionIdSeq int NOT NULL,
    MediaId tinyint NOT NULL,
    StartTime datetime NOT NULL,
    EndTime datetime NULL,
    CONSTRAINT PK_Media PRIMARY KEY (SessionIdTime, SessionIdSeq, MediaId, StartTime)
);
-- Emergency calls only.
CREATE TABLE dbo.Locations (
    SessionIdTime datetime NOT NULL,
    SessionIdSeq int NOT NULL,
    Location nvarchar(max) NULL,
    CONSTRAINT PK_Locations PRIMARY KEY (SessionIdTime, SessionIdSeq)
);

-- Conferences. Their key counts by itself: it is not the key of a session.
CREATE TABLE dbo.ConferenceUris (
    ConferenceUriId int NOT NULL,
    ConferenceUri nvarchar(450) NOT NULL,
    Checksum int NULL,
    UriTypeId tinyint NULL,
    NextUpdateTS datetime NULL,
    CONSTRAINT PK_ConferenceUris PRIMARY KEY (ConferenceUriId)
);
CREATE TABLE dbo.Mcus (
    McuId int NOT NULL,
    McuUri nvarchar(450) NULL,
    McuTypeId tinyint NULL,
    CONSTRAINT PK_Mcus PRIMARY KEY (McuId)
);
CREATE TABLE dbo.Conferences (
    SessionIdTime datetime NOT NULL,
    SessionIdSeq int NOT NULL,
    ConferenceUriId int NULL,
    ConfInstance uniqueidentifier NULL,
    ConferenceStartTime datetime NULL,
    ConferenceEndTime datetime NULL,
    PoolId int NULL,
    OrganizerId int NULL,
    Flag smallint NULL,
    Processed bit NULL,
    LastModifiedTime datetime NULL,
    CONSTRAINT PK_Conferences PRIMARY KEY (SessionIdTime, SessionIdSeq)
);
CREATE TABLE dbo.ConferenceSessionDetails (
    SessionIdTime datetime NOT NULL,
    SessionIdSeq int NOT NULL,
    ConferenceUriId int NULL,
    ConfInstance uniqueidentifier NULL,
    McuConferenceUriId int NULL,
    UserId int NULL,
    UserEndpointId uniqueidentifier NULL,
    OnBehalfOfId int NULL,
    ReferredById int NULL,
    UserClientVersionId int NULL,
    ConfClientVersionId int NULL,
    ReplacesDialogIdTime datetime NULL,
    ReplacesDialogIdSeq int NULL,
    IsStartedByConfServer bit NULL,
    IsEndedByConfServer bit NULL,
    IsUserInternal bit NULL,
    ResponseCode int NULL,
    DiagnosticId int NULL,
    ServerId int NULL,
    PoolId int NULL,
    MediationServerId int NULL,
    GatewayId int NULL,
    EdgeServerId int NULL,
    ContentTypeId int NULL,
    InviteTime datetime NULL,
    ResponseTime datetime NULL,
    SessionEndTime datetime NULL,
    UriTypeId tinyint NULL,
    UserFlag smallint NULL,
    CallFlag smallint NULL,
    LastModifiedTime datetime NULL,
    CONSTRAINT PK_ConferenceSessionDetails PRIMARY KEY (SessionIdTime, SessionIdSeq)
);
CREATE TABLE dbo.McuJoinsAndLeaves (
    SessionIdTime datetime NOT NULL,
    SessionIdSeq int NOT NULL,
    UserId int NOT NULL,
    McuUserInstance int NOT NULL,
    McuId int NOT NULL,
    IsFromPstn bit NULL,
    DialogSessionIdTime datetime NULL,
    DialogSessionIdSeq int NULL,
    UserJoinTime datetime NULL,
    UserLeaveTime datetime NULL,
    ClientVerId int NULL,
    LastModifiedTime datetime NULL,
    CONSTRAINT PK_McuJoinsAndLeaves PRIMARY KEY (
        SessionIdTime, SessionIdSeq, UserId, McuUserInstance, McuId
    )
);
