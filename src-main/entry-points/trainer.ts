import { processUsage } from '../trainer/attempts/attempt-costs.ts'
import { TrainerSession } from '../trainer/attempts/trainer-session.ts'
import { beat, serve } from '../platform/processes/serve.ts'

/** Entry of a trainer process, one per slot; it tells every second what it uses. */
serve('trainer', new TrainerSession(beat))
setInterval(() => beat(processUsage()), 1_000).unref()
