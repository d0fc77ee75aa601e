"""Numbers from 2 on go through a chain of tasks, one for each prime, which keeps back what that prime divides.

asyncio.Queue has no rendezvous.
"""


async def on_trio(size, meter):
    import trio

    async def count(to):
        n = 2
        while True:
            await to.send(n)
            n += 1

    async def keep(prime, here, to):
        while True:
            n = await here.receive()
            if n % prime != 0:
                await to.send(n)

    total = 0
    async with trio.open_nursery() as nursery:
        to, here = trio.open_memory_channel(0)
        nursery.start_soon(count, to)
        for _ in range(size):
            prime = await here.receive()
            total += prime
            to, after = trio.open_memory_channel(0)
            nursery.start_soon(keep, prime, here, to)
            here = after
        nursery.cancel_scope.cancel()
    return total


PEERS = {"trio": on_trio}
