import path from 'node:path'
import { invalidData } from '../../../core/errors/invalid-data.ts'
import { createTranslate } from '../../../core/i18n/translate.ts'
import type {
  ProgramQuestion,
  ScriptProposal,
  ScriptQuestion,
} from '../../../core/study/script-proposal.ts'
import {
  launcherName,
  type StudySetting,
} from '../../../interop/python-script/write-script-study.ts'
import { hasLauncher } from './copy-launcher.ts'
import { proposeProgram } from './propose-program.ts'
import { proposeStudy, type ReadStudy } from './propose-study.ts'

/**
 * What is proposed for a script, as the page shows it. Values of settings that look secret are not among it.
 * @throws AppError `file.notFound`, `data.invalid` for a file that is no Python script, a notebook too
 */
export function describeScript({ file, subcommand, language }: ScriptQuestion): ScriptProposal {
  const read = proposeStudy(
    file,
    subcommand,
    { isElsewhere: true, isForForm: true },
    createTranslate(language),
    rule => invalidData(file, 'path', path.basename(file), rule),
  )
  return proposalOf(read, null)
}

/** What is proposed for a program by the options that it has printed, as the page shows it. */
export function describeProgram({ program, help, language }: ProgramQuestion): ScriptProposal {
  const place = { isElsewhere: true, isForForm: true }
  return proposalOf(
    proposeProgram(program, help, place, createTranslate(language)),
    help.helpCommand,
  )
}

/**
 * What is proposed, as the page shows it.
 * @param helpCommand the command that has printed the options; null: the script was read
 */
function proposalOf(
  { script, folder, command, description, study }: ReadStudy,
  helpCommand: string | null,
): ScriptProposal {
  const { goal } = study
  return {
    commands: description.commands,
    script,
    folder,
    helpCommand,
    interpreter: { words: command.interpreter, reason: command.reason },
    studyFile: study.text,
    settings: study.settings.map(entry => settingOf(entry, script)),
    metric: goal && {
      name: study.metric ?? goal.name,
      direction: goal.direction,
      file: goal.file === '' ? script : goal.file,
      line: goal.line,
      reason: goal.reason,
      from: goal.pattern === null ? 'logs' : 'output',
    },
    unread: description.unread.map(part => ({
      ...part,
      file: part.file === '' ? script : part.file,
    })),
    launcher: {
      name: launcherName,
      isNeeded: study.needsLauncher,
      isThere: hasLauncher(folder),
    },
  }
}

function settingOf(
  { setting, ...proposed }: StudySetting,
  script: string,
): ScriptProposal['settings'][number] {
  const { location, file, line, value, role, reason } = setting
  const written = value === undefined ? null : JSON.stringify(value)
  return {
    ...proposed,
    location,
    file: file === '' ? script : file,
    line,
    written,
    role,
    reason,
  }
}
