import { measureEngine } from '../engines/measure-engine.ts'
import { serve } from '../platform/processes/serve.ts'

/** Entry of a throw-away process that loads one engine, checks its results and times it. */
serve('engine-check', { check: measureEngine })
