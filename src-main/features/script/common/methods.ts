import { languages } from '../../../core/i18n/language.ts'
import { answer } from '../../../core/processes/call.ts'
import { filePath } from '../../../core/questions/request-fields.ts'
import type { HelpRun, ScriptProposal } from '../../../core/study/script-proposal.ts'
import { method } from '../../api/common/method.ts'
import { z } from 'zod'
import { type CopiedKit, kitNames } from './kits.ts'
import { subcommandWords } from './program-kinds.ts'

/** Words of a subcommand, of which none can be an option. Default: the one that trains, of a script; none, of a program. */
const subcommand = z.string().max(200).regex(subcommandWords).optional()

/** A script or program of the user, as a study can search it. Texts of scripts may hold keys: programs read none. */
export const scriptMethods = {
  /** What is proposed for a script, which is read and never run. The language is that of the comments in its study file. */
  'script.describe': method(
    answer<ScriptProposal>,
    { path: filePath, language: z.enum(languages), subcommand },
    { scope: null, changesNothing: true },
  ),
  /** The code that would run to have a program print its options; nothing is run. */
  'script.helpCode': method(
    answer<HelpRun>,
    { path: filePath, subcommand },
    { scope: null, changesNothing: true },
  ),
  /** Runs a program with `--help` and proposes what it tells. A person has let exactly this code run, once: it is refused if the code is no longer what the fingerprint says. */
  'script.runHelp': method(
    answer<ScriptProposal>,
    {
      path: filePath,
      language: z.enum(languages),
      subcommand,
      fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
    },
    { scope: null },
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
