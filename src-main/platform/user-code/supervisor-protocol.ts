import type { CommandLimits } from '../../core/study/user-code.ts'

/**
 * Between a trainer and the supervisor that it starts for one attempt of a command: JSON lines, towards the
 * supervisor on its standard input, back on its file descriptor 3. The program inherits the supervisor's
 * standard output and error. The end of the standard input, whatever the reason, kills everything.
 */
export type ToSupervisor =
  | {
      readonly type: 'start'
      readonly program: string
      readonly parameters: readonly string[]
      /** Windows: the parameters are the rest of a command line. */
      readonly isVerbatim?: boolean
      readonly directory: string
      readonly environment: Readonly<Record<string, string>>
      readonly limits: CommandLimits
      /** It reads what `input` writes; default: it has no input. */
      readonly hasInput?: boolean
    }
  /** To the group of the program; everything that is left after the grace time is killed. */
  | { readonly type: 'stop'; readonly signal: NodeJS.Signals; readonly graceMs: number }
  /** `isLast`: the input of the program ends with it. */
  | { readonly type: 'input'; readonly text: string; readonly isLast?: boolean }
  | { readonly type: 'kill' }

/** How a program ended of itself or by a signal. */
export interface ProgramEnd {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
}

export type FromSupervisor =
  | { readonly type: 'started'; readonly pid: number }
  | { readonly type: 'notStarted'; readonly reason: string }
  /** A limit was passed; the kill is on its way. */
  | { readonly type: 'limit'; readonly limit: 'memory' | 'processes'; readonly value: number }
  /** The program itself ended; what it left running is killed next. */
  | ({ readonly type: 'exited' } & ProgramEnd)
  /** Nothing is left. */
  | { readonly type: 'gone' }
