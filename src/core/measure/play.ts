import type { CallOptions, LoadedModel, SampleRequest } from '../engine.ts';
import { AppError } from '../errors.ts';
import { deriveSeed } from '../hash.ts';
import type { Game, GameScene } from '../pack/types.ts';
import type { GameStep, PlanGroup } from '../run/types.ts';
import { actionNamed, clearer, sceneAfter, sceneOf, sceneText } from './game.ts';
import { replacedIn, withMore } from './prompts.ts';

type Asked = Pick<PlanGroup, 'prompt' | 'temperature' | 'topP' | 'maxTokens' | 'format'>;

export interface Played {
  readonly steps: readonly GameStep[];
  readonly promptTokens: number;
  readonly tokens: number;
}

/** What is sent at a scene: the group's own prompt, made for the first scene, with this scene and the story so far in its place. */
export function scenePrompt(
  group: Pick<PlanGroup, 'prompt'>,
  game: Game,
  scene: GameScene,
  steps: readonly GameStep[],
): SampleRequest['prompt'] {
  const start = sceneOf(game, game.start);
  if (start === undefined) throw new AppError('internal', `expected scene ${game.start}, got none`);
  return replacedIn(group.prompt, sceneText(game, start, []), sceneText(game, scene, steps));
}

/**
 * Plays one game to an ending, to the most steps, or until the model has named no action twice in a row; each answer that named none is a step
 * without an action. Every draw has a seed of its own that follows from `seed`, so the same seed plays the same game.
 */
export async function play(
  model: Pick<LoadedModel, 'sample'>,
  game: Game,
  group: Asked,
  seed: number,
  options: CallOptions = {},
): Promise<Played> {
  const steps: GameStep[] = [];
  let promptTokens = 0;
  let tokens = 0;
  const ask = async (scene: GameScene, again: boolean): Promise<boolean> => {
    const prompt = scenePrompt(group, game, scene, steps);
    const request = {
      prompt: again ? withMore(prompt, clearer(scene)) : prompt,
      seeds: [deriveSeed(seed, 'step', steps.length)],
      ...{ temperature: group.temperature, topP: group.topP, maxTokens: group.maxTokens },
      stop: group.format.stop ?? [],
    };
    const [sample] = await model.sample(request, options);
    if (sample === undefined) throw new AppError('internal', 'expected one sample, got none');
    promptTokens += sample.promptTokens;
    tokens += sample.tokens;
    const action = actionNamed(scene, sample.text);
    steps.push({ scene: scene.id, said: sample.text, ...(action === undefined ? {} : { action }) });
    return action !== undefined;
  };
  for (let scene = sceneAfter(game, steps); scene !== undefined; scene = sceneAfter(game, steps))
    if (!(await ask(scene, false)) && !(await ask(scene, true))) break;
  return { steps, promptTokens, tokens };
}
