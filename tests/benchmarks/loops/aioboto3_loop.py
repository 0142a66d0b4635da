"""A plain aioboto3 loop, as an application would write it: 32 tasks, each reads an item, again and again."""

from __future__ import annotations

import asyncio
import random
import sys
import time

import aioboto3
from botocore.config import Config


async def main(url: str, seconds: float, concurrency: int = 32) -> None:
    config = Config(max_pool_connections=concurrency, retries={"total_max_attempts": 1, "mode": "standard"})
    async with aioboto3.Session().client("dynamodb", endpoint_url=url, config=config) as dynamodb:
        end = time.monotonic() + seconds

        async def read() -> None:
            while time.monotonic() < end:
                await dynamodb.get_item(TableName="orders", Key={"pk": {"S": f"item#{random.randrange(1000)}"}})

        await asyncio.gather(*(read() for _ in range(concurrency)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], float(sys.argv[2])))
