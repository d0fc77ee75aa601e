/** What Node's handles are, by the types under which its async hooks tell of them. */
export const handleNames: Readonly<Record<string, string>> = {
  FSEVENTWRAP: "a watched file",
  MESSAGEPORT: "a message port",
  PIPESERVERWRAP: "a server",
  PIPEWRAP: "a pipe",
  PROCESSWRAP: "a child process",
  STATWATCHER: "a watched file",
  TCPSERVERWRAP: "a server",
  TCPWRAP: "a socket",
  TLSWRAP: "a socket",
  TTYWRAP: "a terminal",
  UDPWRAP: "a socket",
  WORKER: "a worker"
}
