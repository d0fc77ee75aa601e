"""Tasks that sleep, each with a cleanup that counts. All of them sleep; then they are cancelled, and that is measured."""

import asyncio

HOUR = 3600


async def on_asyncio(size, meter):
    asleep = cleaned = 0

    async def sleeper():
        nonlocal asleep, cleaned
        try:
            asleep += 1
            await asyncio.sleep(HOUR)
        finally:
            cleaned += 1

    tasks = [asyncio.create_task(sleeper()) for _ in range(size)]
    while asleep < size:
        await asyncio.sleep(0)
    meter.start()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return cleaned


async def on_trio(size, meter):
    import trio

    asleep = cleaned = 0

    async def sleeper():
        nonlocal asleep, cleaned
        try:
            asleep += 1
            await trio.sleep(HOUR)
        finally:
            cleaned += 1

    async with trio.open_nursery() as nursery:
        for _ in range(size):
            nursery.start_soon(sleeper)
        while asleep < size:
            await trio.lowlevel.checkpoint()
        meter.start()
        nursery.cancel_scope.cancel()
    return cleaned


PEERS = {"asyncio": on_asyncio, "trio": on_trio}
