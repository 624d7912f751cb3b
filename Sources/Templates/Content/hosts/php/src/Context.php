<?php

declare(strict_types=1);

namespace HKS\Host;

/**
 * What a handler is told about its call: `$context['requestId']`, `$context->requestId`, `$context->logger->info('…')`.
 *
 * @implements \ArrayAccess<string, mixed>
 */
final class Context implements \ArrayAccess
{
    /** Names this call; also in every log line that it writes. */
    public string $requestId;
    public string $functionName;
    public string $functionVersion;
    /** 0 where no limit is set. */
    public int $memoryLimitInMB;
    /** `http`, `event`, `scheduled` or `stream`. */
    public string $type;
    /** The caller's trace context, to hand on (W3C Trace Context). */
    public ?string $traceparent;
    public ?string $tracestate;
    public Logger $logger;
    private float $deadline;

    public function __construct(Call $call, Settings $settings, Logger $logger)
    {
        $tracestate = $call->request->headers['tracestate'] ?? null;
        $this->requestId = $call->requestId;
        $this->functionName = $settings->functionName;
        $this->functionVersion = $settings->functionVersion;
        $this->memoryLimitInMB = $settings->memoryLimitInMB;
        $this->type = $settings->type;
        $this->traceparent = $call->request->header('traceparent');
        $this->tracestate = $tracestate === null ? null : implode(',', $tracestate);
        $this->logger = $logger;
        $this->deadline = $call->deadline;
    }

    /** How long the call may still run. */
    public function getRemainingTimeInMillis(): int
    {
        return max(0, (int) (($this->deadline - Clock::now()) * 1000));
    }

    /**
     * The same as a plain array, for handlers that ask for one; `getRemainingTimeInMillis` is a closure there.
     *
     * @return array<string, mixed>
     */
    public function toArray(): array
    {
        $entries = get_object_vars($this);
        unset($entries['deadline']);
        return $entries + ['getRemainingTimeInMillis' => fn (): int => $this->getRemainingTimeInMillis()];
    }

    public function offsetExists(mixed $offset): bool
    {
        return isset($this->toArray()[$offset]);
    }

    public function offsetGet(mixed $offset): mixed
    {
        return $this->toArray()[$offset] ?? null;
    }

    public function offsetSet(mixed $offset, mixed $value): void
    {
        throw new \LogicException('the context cannot be changed');
    }

    public function offsetUnset(mixed $offset): void
    {
        throw new \LogicException('the context cannot be changed');
    }
}
