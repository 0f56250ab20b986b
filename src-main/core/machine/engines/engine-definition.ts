/** What computes trainings, as everybody may know it: how it is loaded and started is in `src-main/engines`. */
export interface ComputingDefinition {
  readonly name: string
  /** As its makers write it, in every language. */
  readonly title: string
  /** `networks`: a tensor backend, which a study asks for as `engine`. `trees`: a library of boosted trees. */
  readonly trains: 'networks' | 'trees'
  /** Whether it comes as a pack, made of published wheels that are installed on demand. Default false. */
  readonly isPack?: boolean
  /** Whether it runs wherever this program does, with nothing installed. Default false. */
  readonly isPortable?: boolean
  /** Whether it takes most of a second to start, and keeps what it compiles for the next attempt. Default false. */
  readonly startsSlowly?: boolean
  /** Whether it computes on a GPU that no driver may report on. Default false. */
  readonly hidesGpu?: boolean
}

/** A definition with the types of its values. */
export function defineEngine<const Definition extends ComputingDefinition>(
  definition: Definition,
): Definition {
  return definition
}
