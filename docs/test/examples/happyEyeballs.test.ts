import { describe, expect, it } from "@effect/vitest"
import { VirtualClock } from "@ferrule/testing"
import { Cause, Clock, Effect, Exit, Option } from "effect"
import { TaskGroup, Timeout } from "ferrule"
import { type Address, dial, mixed } from "../../examples/happyEyeballs.ts"
import { chop, Ledger } from "../chopped.ts"

/** An address, and what becomes of an attempt to connect to it, after how long. */
interface Host extends Address {
  readonly name: string
  readonly millis: number
  readonly result: "ok" | "err" | "dies"
  /** What closing it does. */
  readonly close?: "dies"
}

/** `host("a 123 ok")` is of family 4, `host("6a 123 ok")` of family 6. */
const host = (text: string): Host => {
  const [name = "", millis, result = "ok", close] = text.split(" ")
  return {
    family: name.startsWith("6") ? 6 : 4,
    name: name.slice(-1),
    millis: Number(millis),
    result: result as Host["result"],
    ...(close === undefined ? {} : { close: "dies" })
  }
}

/** A network whose connections are names. Sockets of families that it does not know cannot be opened. */
class Network {
  readonly starts: Array<string> = []
  readonly ledger: Ledger
  readonly #unknown: number | undefined

  constructor(ledger = new Ledger(), unknown?: number) {
    this.ledger = ledger
    this.#unknown = unknown
  }

  readonly connect = (host: Host): Effect.Effect<Host, string> => {
    if (host.family === this.#unknown) return Effect.fail(`${host.name}: no such family`)
    const end =
      host.result === "ok"
        ? Effect.succeed(host)
        : host.result === "err"
          ? Effect.fail(host.name)
          : Effect.die(host.name)
    const open = Effect.map(Clock.currentTimeMillis, (now) => {
      this.starts.push(`${host.name} ${now}`)
      this.ledger.open(host, `the socket of ${host.name}`)
      return host
    })
    return Effect.acquireUseRelease(
      open,
      () => Effect.andThen(Effect.sleep(host.millis), end),
      (_, exit) => (Exit.isSuccess(exit) ? Effect.void : this.close(host))
    )
  }

  readonly close = (host: Host): Effect.Effect<void> =>
    Effect.sync(() => {
      this.ledger.close(host, `the socket of ${host.name}`)
      if (host.close === "dies") throw new Error(`closing ${host.name}`)
    })
}

interface Case {
  readonly name: string
  readonly delay?: number
  readonly hosts: string
  readonly unknown?: 4 | 6
  /** The name of who wins, or of each who failed, in time order. */
  readonly winner?: string
  readonly errors?: string
  readonly end: number
  readonly starts: string
}

const cases: ReadonlyArray<Case> = [
  { name: "one, quick ok", hosts: "a 123 ok", winner: "a", end: 123, starts: "a 0" },
  { name: "one, slow ok", hosts: "a 100000 ok", winner: "a", end: 100_000, starts: "a 0" },
  { name: "one, quick fail", hosts: "a 123 err", errors: "a", end: 123, starts: "a 0" },
  { name: "one, slow fail", hosts: "a 100000 err", errors: "a", end: 100_000, starts: "a 0" },
  { name: "fall through", hosts: "a 1000 ok, b 1000 ok, c 200 ok", winner: "c", end: 700, starts: "a 0, b 250, c 500" },
  { name: "early success", hosts: "a 1000 ok, b 100 ok, c 200 ok", winner: "b", end: 350, starts: "a 0, b 250" },
  {
    name: "own delay",
    delay: 450,
    hosts: "a 1000 ok, b 1000 ok, c 200 ok",
    winner: "a",
    end: 1000,
    starts: "a 0, b 450, c 900"
  },
  {
    name: "errors hurry",
    hosts: "a 100 err, b 200 err, c 10000 ok, d 250 ok",
    winner: "d",
    end: 800,
    starts: "a 0, b 100, c 300, d 550"
  },
  {
    name: "all fail",
    hosts: "a 100 err, b 200 err, c 10000 err, d 250 err",
    errors: "a, b, d, c",
    end: 10_300,
    starts: "a 0, b 100, c 300, d 550"
  },
  {
    name: "reorder",
    delay: 1000,
    hosts: "4a 10000 err, 4b 1000 ok, 6c 500 ok",
    winner: "c",
    end: 1500,
    starts: "a 0, c 1000"
  },
  {
    name: "v4 unsupported",
    delay: 1000,
    hosts: "6a 10000 ok, 4b 0 ok, 6c 100 ok, 4d 0 ok",
    unknown: 4,
    winner: "c",
    end: 1100,
    starts: "a 0, c 1000"
  },
  {
    name: "v6 unsupported",
    delay: 1000,
    hosts: "6a 0 ok, 4b 10000 ok, 6c 0 ok, 4d 100 ok",
    unknown: 6,
    winner: "d",
    end: 1100,
    starts: "b 0, d 1000"
  }
]

const hostsOf = (text: string) => text.split(", ").map(host)
const leftOpen = (...names: ReadonlyArray<string>) => names.map((name) => `the socket of ${name} was never closed`)

describe("happy eyeballs", () => {
  it.live.each(cases)("$name", ({ delay = 250, end, errors, hosts, starts, unknown, winner }) =>
    Effect.gen(function* () {
      const network = new Network(new Ledger(), unknown)
      const { at, exit, problem } = yield* VirtualClock.observe(
        Effect.result(dial(hostsOf(hosts), network.connect, network.close, delay))
      )
      if (exit === undefined || Exit.isFailure(exit)) throw new Error(`${problem?.message} ${String(exit)}`)
      const error = exit.value._tag === "Failure" ? exit.value.failure : undefined
      expect(exit.value._tag === "Success" ? exit.value.success.name : undefined).toBe(winner)
      expect(error instanceof TaskGroup.AllFailed ? error.errors.join(", ") : error).toBe(errors)
      expect([at, network.starts.join(", "), problem]).toEqual([end, starts, undefined])
      // Whatever was opened is closed, but the winner.
      expect(network.ledger.problems).toEqual(leftOpen(...(winner === undefined ? [] : [winner])))
    })
  )

  it.live("of a tie of three has one winner, in any order, and two are closed", () =>
    Effect.gen(function* () {
      const winners = new Set<string>()
      for (let seed = 0; seed < 50; seed++) {
        const network = new Network()
        const hosts = hostsOf("a 500 err, b 10000 ok, c 9000 ok, d 8000 ok, e 500 err")
        const dialled = dial(hosts, network.connect, network.close, 1000)
        const { at, exit, problem } = yield* VirtualClock.observe(dialled, { seed })
        if (exit === undefined || Exit.isFailure(exit)) throw new Error(`${problem?.message} ${String(exit)}`)
        winners.add(exit.value.name)
        expect([at, network.starts.join(", ")]).toEqual([10_500, "a 0, b 500, c 1500, d 2500, e 3500"])
        expect(network.ledger.problems).toEqual(leftOpen(exit.value.name))
        expect([network.ledger.opened, problem]).toEqual([5, undefined])
      }
      expect([...winners].toSorted()).toEqual(["b", "c", "d"])
    })
  )

  it.live("without an address fails at once", () =>
    Effect.gen(function* () {
      const network = new Network()
      const { at, exit } = yield* VirtualClock.observe(Effect.flip(dial([], network.connect, network.close)))
      expect([at, exit && Exit.isSuccess(exit) && exit.value._tag]).toEqual([0, "NoAddresses"])
    })
  )

  it.live("cancelled closes whatever it has opened", () =>
    Effect.gen(function* () {
      const network = new Network()
      const hosts = hostsOf("a 10000 ok, b 10000 ok, c 10000 ok, d 10000 ok")
      const dialled = Timeout.moveOnAfter(dial(hosts, network.connect, network.close), 5000)
      const { at, exit } = yield* VirtualClock.observe(dialled)
      expect([at, exit]).toEqual([5000, Exit.succeed(Option.none())])
      expect(network.starts).toEqual(["a 0", "b 250", "c 500", "d 750"])
      expect(network.ledger.problems).toEqual([])
    })
  )

  it.live("ends with the defect of a set-up, as it is, when that is closed", () =>
    Effect.gen(function* () {
      const network = new Network()
      const { at, exit } = yield* VirtualClock.observe(dial([host("a 1000 dies")], network.connect, network.close))
      expect(at).toBe(1000)
      expect(exit && Exit.isFailure(exit) && Cause.squash(exit.cause)).toBe("a")
      expect(network.ledger.problems).toEqual([])
    })
  )

  it.live("closes the others, and the winner too, when one cannot be closed; that comes out", () =>
    Effect.gen(function* () {
      for (const hosts of ["a 1000 ok dies, b 1000 ok, c 200 ok", "a 1000 ok, b 1000 ok dies, c 200 ok"]) {
        const network = new Network()
        const { at, exit } = yield* VirtualClock.observe(dial(hostsOf(hosts), network.connect, network.close))
        expect(at).toBe(700)
        expect(exit && Exit.isFailure(exit) && String(Cause.squash(exit.cause))).toMatch(/closing [ab]/)
        expect([network.ledger.opened, network.ledger.problems]).toEqual([3, []])
      }
    })
  )

  it.live.each(["a 1000 ok, b 1000 ok, c 200 ok", "a 500 err, b 1000 ok, c 750 ok, d 500 ok"])(
    "with %s ends wherever it is cancelled, and every connection is closed once",
    (hosts) =>
      Effect.gen(function* () {
        const visited = (ledger: Ledger) => {
          const network = new Network(ledger)
          const dialled = dial(hostsOf(hosts), network.connect, network.close)
          const held = Effect.acquireRelease(dialled, network.close, { interruptible: true })
          return Effect.scoped(Effect.andThen(held, Effect.sleep(100)))
        }
        const { cut, opened, wrong } = yield* chop(visited)
        expect(wrong).toEqual([])
        expect([cut, opened]).toEqual([100, 2 * hostsOf(hosts).length])
      })
  )
})

describe("addresses of two families", () => {
  it.each([
    ["4a 4b 4c 6a 6b", "4a 6a 4b 4c 6b"],
    ["4a 6a 4b 6b", "4a 6a 4b 6b"],
    ["4a 4b 4c", "4a 4b 4c"],
    ["6a 6b 4a", "6a 4a 6b"],
    ["6a", "6a"]
  ])("%s are tried as %s", (given, tried) => {
    const addresses = given.split(" ").map((name) => ({ name, family: Number(name[0]) as 4 | 6 }))
    expect(
      mixed(addresses)
        .map(({ name }) => name)
        .join(" ")
    ).toBe(tried)
  })

  it("none are none", () => {
    expect(mixed([])).toEqual([])
  })
})
