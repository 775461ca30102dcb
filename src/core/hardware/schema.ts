import * as v from 'valibot';

export const deviceSchema = v.picklist(['cpu', 'webgpu']);

export const checkSchema = v.strictObject({
  name: v.picklist(['repeat', 'batch', 'fork', 'devices', 'tokenizer', 'adapter']),
  outcome: v.picklist(['passed', 'failed', 'skipped']),
  difference: v.exactOptional(v.number()),
  tolerance: v.exactOptional(v.number()),
  note: v.exactOptional(v.string()),
});

const perSecond = v.pipe(v.number(), v.minValue(0));
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

export const speedSchema = v.strictObject({
  prefillTokensPerS: perSecond,
  decode: v.array(v.strictObject({ batch: whole, tokensPerS: perSecond })),
});

/** What the settings hold of measurements. */
export const measuredSchema = v.array(
  v.strictObject({
    sha256: v.string(),
    engine: v.string(),
    device: deviceSchema,
    deviceUsed: deviceSchema,
    speed: speedSchema,
    checks: v.array(checkSchema),
    loadMs: v.pipe(v.number(), v.minValue(0)),
    measuredAt: v.number(),
  }),
);
