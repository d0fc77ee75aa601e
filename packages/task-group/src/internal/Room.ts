/**
 * Room for so many at once: places are handed on first come, first served. Pure, but that it calls whoever is served.
 *
 * Invariant: nobody stands in line while there is room, but for guests that have gone.
 * Invariant: `taken` is more than `places` only after a `resize`, until enough have left.
 */
export interface Guest {
  /** Called once, with a place that is the guest's from now on. */
  admit(): void
  /** A guest that has gone is passed over. */
  gone: boolean
  /** Called when places are of no use any more; one without it waits for a place all the same. */
  turnAway?(): void
}

const nobody: Array<Guest> = []

export class Room {
  private places: number
  private taken = 0
  /** Most groups have no limit, and nobody ever stands in line. */
  private line: Array<Guest> = nobody
  private head = 0

  constructor(places: number) {
    this.places = places
  }

  /** Takes a place if there is one. */
  tryEnter(): boolean {
    if (this.taken >= this.places) return false
    this.taken++
    return true
  }

  /** Stands in line, or enters at once: a place may have been given back since `tryEnter` said no. */
  stand(guest: Guest): void {
    if (this.tryEnter()) guest.admit()
    else if (this.line === nobody) this.line = [guest]
    else this.line.push(guest)
  }

  /** Gives a place back, to the first in line. */
  leave(): void {
    this.taken--
    this.admitNext()
  }

  /** Changes how many places there are. Nobody is sent away: with fewer places the next ones wait longer. */
  resize(places: number): void {
    this.places = places
    this.admitNext()
  }

  /** Nobody has to wait for a place that is of no use any more. */
  turnAway(): void {
    if (this.head === this.line.length) return
    for (const guest of this.line.slice(this.head)) if (!guest.gone) guest.turnAway?.()
  }

  private admitNext(): void {
    while (this.taken < this.places) {
      const guest = this.next()
      if (guest === undefined) return
      this.taken++
      guest.admit()
    }
  }

  private next(): Guest | undefined {
    while (this.head < this.line.length) {
      const guest = this.line[this.head++]!
      if (this.head > 1024 && this.head * 2 > this.line.length) {
        this.line = this.line.slice(this.head)
        this.head = 0
      }
      if (!guest.gone) return guest
    }
    return undefined
  }
}
