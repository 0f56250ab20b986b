import type { MessageDescriptor } from '../../core/errors/message.ts'
import type { PythonLiteral } from './python-source.ts'

/** How a script takes a value. */
type SettingSource =
  'argument' | 'field' | 'flag' | 'constant' | 'parameter' | 'call' | 'config' | 'inherited'

export type SettingKind = 'float' | 'int' | 'bool' | 'choice' | 'text'

/** A value that stands in a script or in a config file. */
export interface ScriptSetting {
  readonly name: string
  readonly source: SettingSource
  /** `--lr`, `Adam(lr=)`, `config.yaml: optimizer.lr`, or the name. */
  readonly location: string
  /** The file that has it; the empty text for the script itself. */
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly kind: SettingKind
  /** As written; undefined where only a run would know it. */
  readonly value: PythonLiteral | undefined
  readonly choices: readonly PythonLiteral[]
  /** The option of the command line that sets it; null where it is no argument. */
  readonly option: string | null
  /**
   * How an option is written: with `=` and a value, with its value as the next word, alone, alone for "off", with `--no-` for "off", or by position.
   */
  readonly optionForm:
    'value' | 'nextWord' | 'storeTrue' | 'storeFalse' | 'negatable' | 'positional'
  /** What the launcher calls the value where no name stands before it: `Adam[1]` is the second value of a call. */
  readonly address?: string
  /** The subcommands that take it; default: the program itself does. */
  readonly commands?: readonly string[]
}

/** The range of a parameter that is proposed. */
export type ProposedRange =
  | {
      readonly kind: 'float' | 'int'
      readonly low: number
      readonly high: number
      readonly log: boolean
    }
  | { readonly kind: 'choice'; readonly values: readonly (number | string | boolean)[] }

export type SettingRole = 'hyperparameter' | 'fixed' | 'budget' | 'seed' | 'checkpoint'

/** A setting with what is proposed for it. */
export interface JudgedSetting extends ScriptSetting {
  readonly role: SettingRole
  /** Null unless it is a hyperparameter. */
  readonly range: ProposedRange | null
  readonly reason: MessageDescriptor
  /** Whether its value was taken out, since its name looks secret. */
  readonly isSecret: boolean
}

/** The metric that is proposed. */
export interface ScriptMetric {
  /** As it is printed or logged. */
  readonly name: string
  readonly direction: 'minimize' | 'maximize'
  readonly file: string
  readonly line: number
  readonly reason: MessageDescriptor
  /** How it leaves the script: printed, or written by a logger or a library. */
  readonly output: 'printed' | 'logged' | 'library'
  /** A regular expression over a printed line, with the metric as its named group; null where it is not printed. */
  readonly pattern: string | null
  /** Whether a trial is judged by the value that is printed last, as that of an evaluation after the training is. */
  readonly isLast: boolean
}

/** What could not be read. */
export interface UnreadPart {
  readonly file: string
  readonly line: number
  readonly reason: MessageDescriptor
}

/** The subcommands of a program: words such as `train`, or `model train`. */
export interface ProgramCommands {
  readonly names: readonly string[]
  /** The one that is started; null: none, so that a person has to choose. */
  readonly started: string | null
}

/** Everything that was read of a script, without running it. */
export interface ScriptDescription {
  /** Null where there are none. */
  readonly commands: ProgramCommands | null
  readonly settings: readonly JudgedSetting[]
  /** Null where nothing that it prints or logs could select a model. */
  readonly metric: ScriptMetric | null
  readonly otherMetrics: readonly ScriptMetric[]
  readonly unread: readonly UnreadPart[]
}
