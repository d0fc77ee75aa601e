/** Why a mutant that no test notices changes nothing, by the id of its site. */
export const reasons: Readonly<Record<string, string>> = {}
