import { stringify } from 'yaml';
import { builtInFormat } from './formats.ts';
import { given } from './given.ts';
import type { Format, Game, KnownKey, Pack, Probe } from './types.ts';

function formatFile(format: Format): string | object {
  const known = builtInFormat(format.id);
  if (known !== undefined && JSON.stringify(known) === JSON.stringify(format)) return format.id;
  const { id, title, template, system, raw, answer, stop, coherentAbove } = format;
  return { id, title, template, ...given({ system, raw, stop, coherent_above: coherentAbove }), answer };
}

function gameFile({ start, steps, scenes }: Game): object {
  return { start, steps, scenes };
}

function knownKeyFile({ schema, facts }: KnownKey): object {
  return {
    ...given({ schema }),
    facts: facts.map(({ oneOf, ...fact }) => ({ ...fact, ...given({ one_of: oneOf }) })),
  };
}

/** What is asked: paraphrases, one conversation, or nothing beside a game. */
function questionsFile({ task, wordings }: Probe): object {
  if (task.kind === 'game') return { game: gameFile(task.game) };
  const texts = wordings.flatMap((turns) =>
    turns.length === 1 ? turns.flatMap(({ role, content }) => (role === 'user' ? [content] : [])) : [],
  );
  return texts.length === wordings.length ? { paraphrases: texts } : { turns: wordings[0] ?? [] };
}

function taskFile({ task }: Probe): object {
  if (task.kind === 'number') return { type: 'free_form_0_100' };
  if (task.kind !== 'choice') return {};
  const { ask, choices, answerStart } = task;
  return { ask, choices, ...given({ answer_start: answerStart }) };
}

function judgesFile(probe: Probe): object {
  const { judgePrompts, moreScales, labelJudges, onScales } = probe;
  if (judgePrompts !== undefined || moreScales.length > 0) {
    const own =
      judgePrompts === undefined ? {} : { aligned: judgePrompts.alignment, coherent: judgePrompts.coherence };
    return {
      judge_prompts: { ...own, ...Object.fromEntries(moreScales.map(({ id, prompt }) => [id, prompt])) },
    };
  }
  return { scales: onScales, ...(labelJudges.length === 0 ? {} : { label_judges: labelJudges }) };
}

function probeFile(probe: Probe): object {
  const { id, title, domain, system, context, formats, rubric, maxTokens, temperature, topic } = probe;
  return {
    ...{ id, title, domain, ...given({ system }) },
    ...(context.length === 0 ? {} : { context }),
    ...questionsFile(probe),
    ...taskFile(probe),
    ...(probe.followUps.length === 0 ? {} : { follow_ups: probe.followUps }),
    ...(formats.length === 0 ? {} : { formats }),
    ...judgesFile(probe),
    ...given({
      known_key: probe.knownKey === undefined ? undefined : knownKeyFile(probe.knownKey),
      ...{ scan: probe.scan, rubric, max_tokens: maxTokens, temperature, topic },
      samples_per_paraphrase: probe.samplesAsked,
    }),
  };
}

/**
 * A pack as YAML in Assay's own layout, whatever layout it was read from: read again it is the same pack, but for its hash
 * and source.
 */
export function writePack(pack: Omit<Pack, 'hash' | 'source'>): string {
  const { id, title, version, description, note, key, rubric, sampling, formats, probes } = pack;
  const { temperature, topP, maxTokens } = sampling;
  const file = {
    ...{ id, title, version, description, ...given({ note, key, rubric }) },
    sampling: { temperature, top_p: topP, max_tokens: maxTokens },
    formats: formats.map(formatFile),
    probes: probes.map(probeFile),
  };
  return stringify(file, { lineWidth: 0 });
}
