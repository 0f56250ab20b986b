import { serve } from '../platform/processes/serve.ts'
import { answerQuery, closeReader } from '../features/analysis/node/answer-query.ts'

/** Entry of a process that answers long questions over a reading connection of its own. */
serve('queries', { ask: answerQuery }, closeReader)
