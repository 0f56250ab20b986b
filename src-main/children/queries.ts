import { serve } from '../processes/serve.ts'
import { answerQuery, closeReader } from '../queries/answer-query.ts'

/** Entry of a process that answers long questions over a reading connection of its own. */
serve('queries', { ask: answerQuery }, closeReader)
