import { z } from 'zod'
import { type MessageDescriptor, messageSchema, msg } from '../errors/message.ts'

const parameter = z.string()
const columns = z.array(z.string()).readonly()
/** The first of them; `more` is how many are not listed. */
const runs = z.array(z.string()).readonly()
const settings = z.array(z.string()).readonly()
const unlisted = z.number()

/**
 * Something that could not be carried over from another program's file as it was: which rule of ours differed, and for what.
 * Texts stand under `import.…` in the catalogs.
 */
export const importNoteSchema = z.discriminatedUnion('code', [
  /** A name that study files do not allow. */
  z.object({ code: z.literal('parameterRenamed'), parameter, name: z.string() }),
  /** Without a value in some trials, and no category explains it. */
  z.object({ code: z.literal('parameterUnexplained'), parameter }),
  z.object({ code: z.literal('parameterEmpty'), parameter }),
  /** A logarithmic grid that begins at 0. */
  z.object({ code: z.literal('plainScale'), parameter }),
  /** A normal distribution, which has bounds here. */
  z.object({ code: z.literal('cutAtDeviations'), parameter, program: z.string() }),
  z.object({ code: z.literal('noBetaDistribution'), parameter }),
  /** An option that is no plain value; `index` counts from 0, `name` is JSON. */
  z.object({
    code: z.literal('optionRenamed'),
    parameter,
    index: z.number(),
    name: z.string(),
  }),
  z.object({ code: z.literal('optionNeverDrawn'), parameter }),
  z.object({ code: z.literal('valueAsText'), field: z.string(), text: z.string() }),
  z.object({ code: z.literal('columnsLeftOut'), columns }),
  /** Columns that the study file beside the table does not have. */
  z.object({ code: z.literal('columnsUnknown'), columns }),
  z.object({ code: z.literal('rangesOfTable') }),
  /** Rows count from 1; `more` is how many are not listed. */
  z.object({
    code: z.literal('rowsOutside'),
    rows: z.array(z.number()).readonly(),
    more: z.number(),
  }),
  /** Chosen by its name, of so many metrics of past runs. */
  z.object({
    code: z.literal('goalOfRuns'),
    metric: z.string(),
    direction: z.enum(['minimize', 'maximize']),
    metrics: z.number(),
  }),
  z.object({ code: z.literal('rangesOfRuns') }),
  /** Settings of past runs that have one value only. */
  z.object({ code: z.literal('settingsFixed'), settings, more: unlisted }),
  /** Settings that tell runs apart but are no parameters: seeds, names, paths, secrets. */
  z.object({ code: z.literal('settingsLeftOut'), settings, more: unlisted }),
  z.object({ code: z.literal('runsWithoutParameters'), runs, more: unlisted }),
  z.object({ code: z.literal('runsWithoutValue'), metric: z.string(), runs, more: unlisted }),
  z.object({ code: z.literal('runsOutside'), runs, more: unlisted }),
  /** Runs that came from several loggers, projects or experiments: the same training may be there twice. */
  z.object({
    code: z.literal('runsOfSeveral'),
    groups: z.array(z.string()).readonly(),
    more: unlisted,
  }),
  /** Something of a run that was not read; `runProblemsMore` stands for those that are not listed. */
  z.object({
    code: z.literal('runProblem'),
    run: z.string(),
    file: z.string(),
    reason: messageSchema,
  }),
  z.object({ code: z.literal('runProblemsMore'), more: unlisted }),
  z.object({ code: z.literal('keyLeftOut'), key: z.string() }),
  z.object({ code: z.literal('macroLeftOut'), macro: z.string() }),
  /** The sampler of the other program, for which `auto` stands here. */
  z.object({ code: z.literal('samplerChosen'), method: z.string() }),
  z.object({ code: z.literal('metricsOfProgram') }),
  z.object({ code: z.literal('valuesMissing'), trial: z.number() }),
  z.object({
    code: z.literal('stepsLeftOut'),
    trial: z.number(),
    count: z.number(),
    largest: z.number(),
  }),
  z.object({ code: z.literal('objectiveMissing') }),
  z.object({ code: z.literal('goalGuessed') }),
  z.object({ code: z.literal('endMissing'), trials: z.number() }),
  /** Files of trials in an artifact store that nobody named. */
  z.object({ code: z.literal('filesLeft'), trials: z.number() }),
])
export type ImportNote = z.output<typeof importNoteSchema>
export type ImportNoteCode = ImportNote['code']

/** A note as a message. */
export function importMessage(note: ImportNote): MessageDescriptor {
  const { code, ...values } = note
  // Names of other programs can hold anything.
  const { parameter } = note as { parameter?: string }
  const quoted = code === 'parameterRenamed' ? { parameter: JSON.stringify(parameter) } : {}
  return msg(`import.${code}`, { ...values, ...quoted })
}
