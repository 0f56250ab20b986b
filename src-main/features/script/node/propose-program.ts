import path from 'node:path'
import type { Translate } from '../../../core/i18n/translate.ts'
import { describeHelp } from '../../../interop/help-text/describe-help.ts'
import { writeScriptStudy } from '../../../interop/python-script/write-script-study.ts'
import { looksSecret } from '../../../platform/user-code/redact.ts'
import type { FoundProgram } from './find-program.ts'
import type { ReadStudy, StudyPlace } from './propose-study.ts'
import type { PrintedHelp } from './run-help.ts'

/**
 * The study file that is proposed for a program by what it has printed; no file is written.
 * @param place where the study file will be
 */
export function proposeProgram(
  program: FoundProgram,
  { helpCommand, text }: PrintedHelp,
  { isElsewhere, isForForm }: StudyPlace,
  t: Translate,
): ReadStudy {
  const { folder, script, command, subcommand } = program
  const { name } = path.parse(script)
  const description = describeHelp(
    text,
    helpCommand,
    looksSecret,
    subcommand.length === 0 ? null : subcommand.join(' '),
  )
  const directory = isElsewhere ? folder : undefined
  const study = writeScriptStudy(
    { script, text: '', description, command, name, directory, isForForm, helpCommand },
    t,
  )
  return { script, folder, command, description, study }
}
