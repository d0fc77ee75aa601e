import { Effect, Option } from "effect"
import { Channel, type Sync } from "ferrule"

interface Account {
  readonly name: string
  readonly statistics: Effect.Effect<Channel.Statistics>
  /** How many items somebody had, was told are sent, and were reported as undelivered. */
  readonly had: { got: number; told: number; reported: number }
  /** All items that are received are received through the handle that is watched. */
  whole: boolean
  readonly reports: boolean
}

/** Ways to have an item, or another handle, that are not counted; clauses and the like have a key with a tilde. */
const isUncounted = (key: PropertyKey): boolean =>
  typeof key !== "string" || key.startsWith("~") || ["clone", "use", "stream"].includes(key)

/** As it is, save that every item is counted in the step in which somebody has it. */
const countedReceiver = <A, E>(receiver: Channel.Receiver<A, E>, account: Account): Channel.Receiver<A, E> => {
  const had = <B>(value: B): B => {
    account.had.got++
    return value
  }
  const counted: Partial<Record<PropertyKey, unknown>> = {
    receive: Effect.map(receiver.receive, had),
    receiveOption: Effect.map(receiver.receiveOption, (item) => (Option.isSome(item) ? had(item) : item)),
    tryReceive: Effect.map(receiver.tryReceive, (answer) => (answer._tag === "Item" ? had(answer) : answer)),
    forEach: (f: (item: A) => Effect.Effect<unknown>) => receiver.forEach((item) => f(had(item)))
  }
  return new Proxy(receiver, {
    get: (target, key) => {
      if (isUncounted(key)) account.whole = false
      return counted[key] ?? Reflect.get(target, key)
    }
  })
}

const countedSender = <A, E>(sender: Channel.Sender<A, E>, account: Account): Channel.Sender<A, E> => {
  const send = (item: A) => Effect.map(sender.send(item), () => void account.had.told++)
  const trySend = (item: A) =>
    Effect.map(sender.trySend(item), (answer) => {
      if (answer === "sent") account.had.told++
      return answer
    })
  const counted: Partial<Record<PropertyKey, unknown>> = { send, trySend }
  return new Proxy(sender, { get: (target, key) => counted[key] ?? Reflect.get(target, key) })
}

/** The channels of a program: each item has one fate, whoever was told something was told the truth, nobody waits. */
export class Books {
  readonly #accounts: Array<Account> = []
  readonly #semaphores: Array<Sync.Semaphore> = []

  /** Makes a channel that is watched. */
  channel<A, E = never>(options: Channel.MakeOptions<A> = {}): Effect.Effect<Channel.Channel<A, E>> {
    const had = { got: 0, told: 0, reported: 0 }
    const { onUndelivered } = options
    const counted =
      onUndelivered === undefined
        ? options
        : {
            ...options,
            onUndelivered: (item: A) => {
              had.reported++
              return onUndelivered(item)
            }
          }
    const account = { name: options.name, had, reports: onUndelivered !== undefined }
    return Effect.map(Channel.make<A, E>(counted), (channel) => this.#enter(channel, account))
  }

  /** Watches a channel that somebody has made. */
  watch<A, E>(channel: Channel.Channel<A, E>): Channel.Channel<A, E> {
    return this.#enter(channel, { name: undefined, had: { got: 0, told: 0, reported: 0 }, reports: false })
  }

  #enter<A, E>(
    { receiver, sender }: Channel.Channel<A, E>,
    { had, name, reports }: Pick<Account, "had" | "reports"> & { readonly name: string | undefined }
  ): Channel.Channel<A, E> {
    const account: Account = {
      name: name ?? `channel ${this.#accounts.length + 1}`,
      statistics: receiver.statistics,
      had,
      reports,
      whole: true
    }
    this.#accounts.push(account)
    return { receiver: countedReceiver(receiver, account), sender: countedSender(sender, account) }
  }

  /** Watches a reader of a channel of another kind. */
  reader<A, E>(receiver: Channel.Receiver<A, E>): Channel.Receiver<A, E> {
    const had = { got: 0, told: 0, reported: 0 }
    const name = `reader ${this.#accounts.length + 1}`
    this.#accounts.push({ name, statistics: receiver.statistics, had, whole: false, reports: false })
    return receiver
  }

  /** All of its permits have to be back in the end. */
  permits(semaphore: Sync.Semaphore): void {
    this.#semaphores.push(semaphore)
  }

  /** What is wrong when the program has ended, one line each. */
  get problems(): Effect.Effect<ReadonlyArray<string>> {
    const items = Effect.forEach(this.#accounts, (account) =>
      Effect.map(account.statistics, (now) => wrongIn(account, now))
    )
    const permits = Effect.forEach(this.#semaphores, ({ statistics }, index) =>
      Effect.map(statistics, ({ taken, waiting }) =>
        taken + waiting === 0 ? [] : [`semaphore ${index + 1}: ${taken} permits are taken, and ${waiting} wait`]
      )
    )
    return Effect.map(Effect.all([items, permits]), (wrong) => wrong.flat(2))
  }
}

const wrongIn = ({ had, name, reports, whole }: Account, now: Channel.Statistics): ReadonlyArray<string> => {
  const wrong: Array<string> = []
  const hold = (condition: boolean, what: string): void => {
    if (!condition) wrong.push(`${name}: ${what}`)
  }
  const { buffered, received, sent, undelivered, waitingReceivers, waitingSenders } = now
  hold(
    sent === received + buffered + undelivered,
    `${sent} sent, but ${received} received, ${buffered} buffered and ${undelivered} undelivered`
  )
  hold(waitingSenders + waitingReceivers === 0, `${waitingSenders} senders and ${waitingReceivers} receivers wait`)
  hold(had.told <= sent, `${had.told} were told that their item is sent, and ${sent} are`)
  hold(!whole || had.got === received, `${received} received, and ${had.got} had by somebody`)
  hold(!reports || had.reported === undelivered, `${undelivered} undelivered, and ${had.reported} reported`)
  return wrong
}
