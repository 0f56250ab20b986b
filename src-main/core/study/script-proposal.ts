import type { MessageDescriptor } from '../errors/message.ts'
import type { Language } from '../i18n/language.ts'
import type { ShownCode } from './user-code.ts'

/** A script or program that a person has chosen. */
export interface ScriptQuestion {
  /** The subcommand to start; null: the one that trains. */
  readonly subcommand: string | null
  /** Absolute. */
  readonly file: string
  /** Of the comments in the study file. */
  readonly language: Language
}

/** A program whose options a person has let it print. */
export interface ProgramQuestion {
  readonly program: {
    /** The words of the subcommand that is started; none: the program has none, or nobody has chosen one. */
    readonly subcommand: readonly string[]
    /** Absolute; it runs there. */
    readonly folder: string
    /** The word of the command that names it. */
    readonly script: string
    readonly command: {
      /** The program and its arguments before that word. */
      readonly interpreter: readonly string[]
      readonly reason: MessageDescriptor
    }
  }
  readonly help: {
    /** The command that has printed it. */
    readonly helpCommand: string
    readonly text: string
  }
  /** Of the comments in the study file. */
  readonly language: Language
}

/** Something that a script sets, with what is proposed for it. */
export interface ProposedSetting {
  /** `--lr`, `Adam(lr=)`, `config.yaml: optimizer.lr`, or its name. */
  readonly location: string
  /** The file that has it, below the folder of the script. */
  readonly file: string
  /** From 1. */
  readonly line: number
  /** As the script writes it; null where only a run would know it, or nobody may see it. */
  readonly written: string | null
  readonly role: 'hyperparameter' | 'fixed' | 'budget' | 'seed' | 'checkpoint'
  readonly reason: MessageDescriptor
  /** How a value reaches the script: by an argument, by one that is there or not, by an override of its configuration, or by the launcher; null: not yet. */
  readonly route: 'argument' | 'switch' | 'override' | 'patch' | null
  /** Its name in a study; null where no value reaches the script. */
  readonly parameter: string | null
  /** The word of the command that passes the parameter on. */
  readonly word: string | null
  /** The option that stands before that word; null: the word names it itself. */
  readonly wordBefore: string | null
  /** The first word of the subcommand, which it has to stand before; null: it stands anywhere behind the script. */
  readonly wordAfter: string | null
  /** Its entry in the space of a study; null unless it is searched. */
  readonly entry: Readonly<Record<string, unknown>> | null
  /** Its value in the script as the parameter has it; null where that is not known. */
  readonly current: number | string | boolean | null
}

/** What is proposed for a script that was read and not run, or for a program that a person had print its options. */
export interface ScriptProposal {
  /** The subcommands of the program, and the one that the study starts, if any; null: it has none. */
  readonly commands: { readonly names: readonly string[]; readonly started: string | null } | null
  /** The word of the command that names its file, in the folder. */
  readonly script: string
  /** The command that has printed the options; null where the script was read and not run. */
  readonly helpCommand: string | null
  /** Absolute; the script runs there. */
  readonly folder: string
  readonly interpreter: {
    /** The program and its arguments before the script. */
    readonly words: readonly string[]
    readonly reason: MessageDescriptor
  }
  /** The study file, with the line and the reason of every guess as comments. */
  readonly studyFile: string
  readonly settings: readonly ProposedSetting[]
  /** What selects the best model; null where nothing was recognized, so that a person has to name it. */
  readonly metric: {
    /** In the study file. */
    readonly name: string
    readonly direction: 'minimize' | 'maximize'
    readonly file: string
    readonly line: number
    readonly reason: MessageDescriptor
    /** Whether it is read from what the script prints, or from its logs. */
    readonly from: 'output' | 'logs'
  } | null
  /** Parts of its files that could not be read. */
  readonly unread: readonly {
    readonly file: string
    readonly line: number
    readonly reason: MessageDescriptor
  }[]
  /** The file that runs the script with other constants. */
  readonly launcher: {
    readonly name: string
    /** Whether the study file names it. */
    readonly isNeeded: boolean
    /** Whether it lies beside the script. */
    readonly isThere: boolean
  }
}

/** What a person is asked before a program runs to print its options. */
export interface HelpRun {
  /** As it would be started. */
  readonly command: string
  readonly code: ShownCode
}
