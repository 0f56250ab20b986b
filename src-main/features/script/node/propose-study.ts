import path from 'node:path'
import process from 'node:process'
import type { AppError } from '../../../core/errors/errors.ts'
import { type MessageDescriptor, msg } from '../../../core/errors/message.ts'
import type { Translate } from '../../../core/i18n/translate.ts'
import { readScript } from '../../../interop/python-script/read-script.ts'
import type { ScriptDescription } from '../../../interop/python-script/script-description.ts'
import {
  type ScriptCommand,
  type ScriptStudy,
  writeScriptStudy,
} from '../../../interop/python-script/write-script-study.ts'
import { looksSecret } from '../../../platform/user-code/redact.ts'
import { findInterpreter } from './find-interpreter.ts'
import { readScriptFiles } from './read-script-files.ts'

/** Why a subcommand that is not there cannot be started. */
function subcommandRule(subcommand: string, names: readonly string[]): MessageDescriptor {
  return names.length === 0
    ? msg('rule.noSubcommands', { subcommand })
    : msg('rule.subcommand', { subcommand, names: [...names] })
}

export interface ReadStudy {
  /** The name of the script, in its folder. */
  readonly script: string
  /** Absolute. */
  readonly folder: string
  readonly command: ScriptCommand
  readonly description: ScriptDescription
  readonly study: ScriptStudy
}

/** Where a proposed study file will be. */
export interface StudyPlace {
  /** Not beside the script, so that it names the script's folder. */
  readonly isElsewhere: boolean
  /** In a form, which asks for a metric that was not recognized. */
  readonly isForForm: boolean
}

/**
 * Reads a script and writes the study file that is proposed for it; nothing of it is run, and no file is written.
 * @param place where the study file will be
 * @param refuse makes the error for a file that is no Python script
 * @param subcommand the one to start; null: the one that trains
 * @throws AppError `file.notFound`, and what `refuse` makes
 */
export function proposeStudy(
  file: string,
  subcommand: string | null,
  { isElsewhere, isForForm }: StudyPlace,
  t: Translate,
  refuse: (rule: MessageDescriptor) => AppError,
): ReadStudy {
  const files = readScriptFiles(file, refuse)
  const description = readScript(files, looksSecret, subcommand)
  const { commands } = description
  if (subcommand !== null && commands?.started !== subcommand)
    throw refuse(subcommandRule(subcommand, commands?.names ?? []))
  const folder = path.dirname(path.resolve(file))
  const { name, base: script } = path.parse(file)
  const { platform, env: environment } = process
  const text = files.script
  const command = findInterpreter({ folder, text, platform, environment })
  const directory = isElsewhere ? folder : undefined
  const study = writeScriptStudy(
    { script, text, description, command, name, directory, isForForm },
    t,
  )
  return { script, folder, command, description, study }
}
