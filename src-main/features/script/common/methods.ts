import { languages } from '../../../core/i18n/language.ts'
import { answer } from '../../../core/processes/call.ts'
import { filePath } from '../../../core/questions/request-fields.ts'
import type { ScriptProposal } from '../../../core/study/script-proposal.ts'
import { method } from '../../api/common/method.ts'
import { z } from 'zod'
import { type CopiedKit, kitNames } from './kits.ts'

/** A Python script of the user, as a study can search it. Texts of scripts may hold keys: programs read none. */
export const scriptMethods = {
  /** What is proposed for a script, which is read and never run. The language is that of the comments in its study file. */
  'script.describe': method(
    answer<ScriptProposal>,
    { path: filePath, language: z.enum(languages) },
    { scope: null, changesNothing: true },
  ),
  /** Puts the launcher beside a script; refused where another file has its name. */
  'script.copyLauncher': method(answer<null>, { path: filePath }, { scope: null }),
  /**
   * Copies a kit into a folder, which is made; refused where one of its files is there.
   * @param folder null: a new one beside files that pages send
   */
  'script.copyKit': method(
    answer<CopiedKit>,
    { kit: z.enum(kitNames), folder: filePath.nullable() },
    { scope: null },
  ),
} as const
