"""What a task that sleeps under a deadline holds of the memory."""

import asyncio

UNIT = "B"
HOUR = 3600


async def on_asyncio(size, meter):
    asleep = 0

    async def sleeper():
        nonlocal asleep
        asleep += 1
        async with asyncio.timeout(2 * HOUR):
            await asyncio.sleep(HOUR)

    tasks = [asyncio.create_task(sleeper()) for _ in range(size)]
    while asleep < size:
        await asyncio.sleep(0)
    meter.stop()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return asleep


async def on_trio(size, meter):
    import trio

    asleep = 0

    async def sleeper():
        nonlocal asleep
        asleep += 1
        with trio.fail_after(2 * HOUR):
            await trio.sleep(HOUR)

    async with trio.open_nursery() as nursery:
        for _ in range(size):
            nursery.start_soon(sleeper)
        while asleep < size:
            await trio.lowlevel.checkpoint()
        meter.stop()
        nursery.cancel_scope.cancel()
    return asleep


PEERS = {"asyncio": on_asyncio, "trio": on_trio}
