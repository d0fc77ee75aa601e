"""Two tasks hand numbers to and fro, each waiting until the other has taken them. asyncio.Queue cannot do that."""


async def on_trio(size, meter):
    import trio

    to_partner, at_partner = trio.open_memory_channel(0)
    from_partner, here = trio.open_memory_channel(0)

    async def partner():
        for _ in range(size):
            await from_partner.send(await at_partner.receive())

    total = 0
    async with trio.open_nursery() as nursery:
        nursery.start_soon(partner)
        for i in range(1, size + 1):
            await to_partner.send(i)
            total += await here.receive()
    return total


PEERS = {"trio": on_trio}
