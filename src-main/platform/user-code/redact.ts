/** Stands for what was taken out. */
export const redacted = '[redacted]'

/** Names of variables whose values are nobody's business; the end of a word counts, not its middle. */
const secretName =
  /(^|_)(TOKEN|SECRET|SECRETS|PASSWORD|PASSWD|PASSPHRASE|PWD_HASH|CREDENTIALS?|AUTH|COOKIE|SESSION_KEY|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|SECRET_?KEY|KEY_ID|CONNECTION_STRING|DSN)(_|$)|(^|_)(KEY|PASS)$|(TOKEN|SECRET|PASSWORD|APIKEY)$/i

/** Shorter values are words of the language; taking them out would only break the text. */
const SHORTEST_SECRET = 6

/** Forms of well-known tokens, wherever they come from. */
const tokens =
  /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|hf_[A-Za-z0-9]{20,}|sk-[\w-]{20,}|xox[abprs]-[\w-]{10,}|(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[\w-]{30,}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{4,})/g
const bearer = /\b(Bearer|Basic)\s+[\w.~+/-]{12,}=*/gi
const assigned =
  /\b((?:password|passwd|secret|token|api[_-]?key)["']?\s*[:=]\s*)("[^"\n]+"|'[^'\n]+'|[^\s"',;]{6,})/gi
const inUrl = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]+:)[^\s/@]+(@)/gi

/** Forms of secrets wherever they come from. */
export const secretForms: readonly RegExp[] = [tokens, bearer, assigned, inUrl]

/** Whether the value of a variable of this name is nobody's business. */
export function looksSecret(name: string): boolean {
  return secretName.test(name)
}

/** Variables with the values of secret ones taken out; tokens in others as well. */
export function redactVariables(
  variables: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const redact = createRedactor(variables)
  return Object.fromEntries(
    Object.entries(variables)
      .filter((entry): entry is [string, string] => entry[1] !== undefined)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, value]) => [name, looksSecret(name) ? redacted : redact(value)]),
  )
}

/**
 * The values that are taken out of texts, longest first: of variables whose names look secret, and others.
 * @param secrets further values, whatever they are called
 */
export function secretValues(
  variables: Readonly<Record<string, string | undefined>>,
  secrets: readonly string[] = [],
): readonly string[] {
  const ofVariables = Object.entries(variables).flatMap(([name, value]) =>
    looksSecret(name) && value !== undefined ? [value] : [],
  )
  // A key of several lines is printed line by line.
  return [...ofVariables, ...secrets]
    .flatMap(value => [value, ...value.split(/[\r\n]+/).map(line => line.trim())])
    .filter(value => value.length >= SHORTEST_SECRET)
    .sort((left, right) => right.length - left.length)
}

/**
 * Takes out of any text: the values of variables whose names look secret, well-known forms of tokens, and
 * what follows `password=` and its like.
 * @param secrets further values, whatever they are called
 */
export function createRedactor(
  variables: Readonly<Record<string, string | undefined>>,
  secrets: readonly string[] = [],
): (text: string) => string {
  const values = secretValues(variables, secrets)
  return text => {
    let result = text
    for (const value of values) result = result.replaceAll(value, redacted)
    return result
      .replace(tokens, redacted)
      .replace(bearer, (_, scheme: string) => `${scheme} ${redacted}`)
      .replace(assigned, (_, start: string) => start + redacted)
      .replace(inUrl, (_, start: string, end: string) => start + redacted + end)
  }
}
