/**
 * Room for so many at once: places are handed on first come, first served. Pure, but that it calls whoever is served.
 *
 * Invariant: nobody stands in line while there is room.
 */
export interface Guest {
  /** Called once, with a place that is the guest's from now on. */
  admit(): void
  /** A guest that has gone is passed over. */
  gone: boolean
}

export class Room {
  private readonly places: number
  private taken = 0
  private line: Array<Guest> = []
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

  stand(guest: Guest): void {
    this.line.push(guest)
  }

  /** Gives a place back, to the first in line. */
  leave(): void {
    while (this.head < this.line.length) {
      const guest = this.line[this.head++]!
      if (this.head > 1024 && this.head * 2 > this.line.length) {
        this.line = this.line.slice(this.head)
        this.head = 0
      }
      if (guest.gone) continue
      guest.admit()
      return
    }
    this.taken--
  }
}
