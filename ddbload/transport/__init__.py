"""Operations in, outcomes out. One small protocol; `wire` (ours, fast) and `sdk` (aioboto3) implement it."""
