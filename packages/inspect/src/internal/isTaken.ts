const kinds: ReadonlySet<string> = new Set(["permits", "stay", "channel permit"])

/** Whether it is what somebody has taken of a resource: its owner can give it back. */
export const isTaken = ({ kind }: { readonly kind: string }): boolean => kinds.has(kind)
