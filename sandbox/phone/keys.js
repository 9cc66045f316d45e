// Idempotency keys: one for each action of value, the same again until the action is answered.

const open = new Map();

/** Sends with the key of this very action; a retry after a lost answer carries the same key. */
export async function once(request, send) {
  const action = JSON.stringify([request.method, request.path, request.data, request.filePath]);
  const key = open.get(action) ?? fresh();
  open.set(action, key);
  try {
    const answer = await send({ ...request, header: { "Idempotency-Key": key } });
    open.delete(action);
    return answer;
  } catch (problem) {
    if (!problem.passing) open.delete(action);
    throw problem;
  }
}

// The key need not be secret, for it counts only together with its sender; it must be unique.
function fresh() {
  const part = () => Math.random().toString(36).slice(2);
  return `${Date.now().toString(36)}-${part()}${part()}`;
}
