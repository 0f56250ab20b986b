/** How programs call. */
type Transport = 'http' | 'mcp'

/** Who calls: what a person named the token, and how it calls. */
export interface Caller {
  readonly name: string
  readonly via: Transport
}
