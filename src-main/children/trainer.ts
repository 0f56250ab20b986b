import { processUsage } from '../attempts/attempt-costs.ts'
import { TrainerSession } from '../attempts/trainer-session.ts'
import { beat, serve } from '../processes/serve.ts'

/** Entry of a trainer process, one per slot; it tells every second what it uses. */
serve('trainer', new TrainerSession(beat))
setInterval(() => beat(processUsage()), 1_000).unref()
