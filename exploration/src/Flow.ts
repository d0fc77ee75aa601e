import { Cause, Effect } from "effect"
import { Channel } from "ferrule"
import type { World } from "./World.ts"

/** A channel, what its programs saw of it, and the law that both have to keep. */
export class Flow {
  /** Items that were said to be sent. */
  readonly sent: Array<number> = []
  /** Items that a send gave up, because the channel was closed. */
  readonly refused: Array<number> = []
  readonly received: Array<number> = []
  readonly undelivered: Array<number> = []
  readonly #see: World
  readonly sender: Channel.Sender<number>
  readonly receiver: Channel.Receiver<number>

  private constructor(see: World, { receiver, sender }: Channel.Channel<number>, undelivered: Array<number>) {
    this.#see = see
    this.sender = sender
    this.receiver = receiver
    this.undelivered = undelivered
  }

  static make(see: World, options: Omit<Channel.MakeOptions<number>, "onUndelivered">): Effect.Effect<Flow> {
    const undelivered: Array<number> = []
    const onUndelivered = (item: number) => Effect.sync(() => void undelivered.push(item))
    return Effect.map(
      Channel.make<number>({ ...options, onUndelivered }),
      (channel) => new Flow(see, channel, undelivered)
    )
  }

  readonly #said = (item: number): void => void this.sent.push(item)
  readonly #got = (item: number): void => void this.received.push(item)

  /** Ends well, too, when the channel is closed. */
  readonly sendOn = (sender: Channel.Sender<number>, item: number): Effect.Effect<void> =>
    Effect.matchEffect(sender.send(item), {
      onSuccess: () => Effect.sync(() => this.#said(item)),
      onFailure: () => Effect.sync(() => void this.refused.push(item))
    })

  readonly send = (item: number): Effect.Effect<void> => this.sendOn(this.sender, item)

  readonly trySend = (item: number): Effect.Effect<void> =>
    Effect.map(this.sender.trySend(item), (answer) => {
      if (answer === "sent") this.#said(item)
    })

  /** Ends well, too, when the channel has ended. The item is noted in the step in which it is had. */
  get receive(): Effect.Effect<void> {
    return Effect.catchIf(Effect.map(this.receiver.receive, this.#got), Cause.isDone, () => Effect.void)
  }

  get tryReceive(): Effect.Effect<void> {
    return Effect.map(this.receiver.tryReceive, (answer) => {
      if (answer._tag === "Item") this.#got(answer.value)
    })
  }

  get forEach(): Effect.Effect<void> {
    return this.receiver.forEach((item) => {
      this.#got(item)
      return Effect.void
    })
  }

  /** Cancels the receiver, and claims that every item has had one fate, and nothing is left. */
  get over(): Effect.Effect<void> {
    return Effect.andThen(
      this.receiver.cancel,
      Effect.map(this.receiver.statistics, (now) => {
        const fates = [...this.received, ...this.undelivered]
        this.#see.equal(
          now.sent,
          now.received + now.buffered + now.undelivered,
          "given = received + buffered + undelivered"
        )
        this.#see.equal([now.received, now.undelivered], [this.received.length, this.undelivered.length], "as counted")
        this.#see.equal(fates.length, new Set(fates).size, "no item comes twice")
        this.#see.that(
          this.sent.every((item) => fates.includes(item)),
          "what was said to be sent has a fate"
        )
        this.#see.that(
          this.refused.every((item) => this.undelivered.includes(item)),
          "what was refused is undelivered"
        )
        this.#see.equal([now.buffered, now.waitingReceivers, now.waitingSenders], [0, 0, 0], "nothing is left")
      })
    )
  }
}
