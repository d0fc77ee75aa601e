/** Names are chosen by programs, and by whoever they take names from: shown, they must not move the cursor or hide. */

/** Controls (newlines and escapes among them), what changes the direction, what is not seen, and halves of characters. */
const hostile = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

const known: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }

const escaped = (found: string): string => known[found] ?? `\\u{${found.codePointAt(0)!.toString(16)}}`

/** The text cut to so many characters. */
export const shortened = (text: string, most: number): string =>
  text.length <= most
    ? text
    : `${Array.from(text.slice(0, 2 * most))
        .slice(0, most - 1)
        .join("")}…`

/** The text in characters that show what they are. A program without types may have called something by anything. */
export const plain = (text: string, most = 60): string =>
  shortened(shortened(typeof text === "string" ? text : wordFor(text), most).replace(hostile, escaped), most)

const wordFor = (given: unknown): string => {
  try {
    return String(given)
  } catch {
    return "something that cannot be shown"
  }
}

/** JSON that a terminal may show: the same data, in characters that show what they are. */
export const plainJson = (json: string): string =>
  json.replace(hostile, (found) => (found === "\n" ? found : inUnits(found)))

const inUnits = (found: string): string =>
  Array.from({ length: found.length }, (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, "0")}`).join("")

/** `"a"`. */
export const quoted = (name: string): string => `"${plain(name)}"`

/** `850 ms`, `3.2 s`, `4 min 5 s`, `2 h 3 min`, `5 d 1 h`. */
export const millisText = (millis: number): string => {
  if (millis < 0) return `-${millisText(-millis)}`
  if (millis < 999.5) return `${Math.round(millis)} ms`
  if (millis < 59_950) return `${(millis / 1000).toFixed(1)} s`
  const seconds = Math.round(millis / 1000)
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`
  const hours = Math.floor(minutes / 60)
  return hours < 24 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`
}
