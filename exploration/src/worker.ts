/** Explores one package in a process of its own, and sends what it tried. Usage: node src/worker.ts NAME AMOUNT SECONDS */
import { areas } from "./areas.ts"
import { exploreArea } from "./exploreArea.ts"
import { long, short } from "./split.ts"

const [name, size, seconds] = process.argv.slice(2)
const area = areas.find((area) => area.name === name)
if (area === undefined || process.send === undefined) throw new Error(`started by main.ts with a package, not ${name}`)
await exploreArea(area, {
  amount: size === "long" ? long : short,
  seconds: Number(seconds),
  // Infinity is no JSON.
  onTried: (tried, kind) => process.send?.({ kind, tried: { ...tried, complete: String(tried.complete) } })
})
process.disconnect?.()
