<?php

declare(strict_types=1);

namespace HKS\Host;

/** One request on its way through the handler; it travels to a worker. */
final class Call
{
    private const TRACEPARENT = '/^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?$/D';

    public string $requestId;
    public ?string $traceId;

    public function __construct(
        public Request $request,
        /** On the clock of Clock::now(). */
        public float $deadline,
    ) {
        $given = $request->header('x-request-id') ?? '';
        $this->requestId = preg_match('/^[!-~]{1,128}$/D', $given) === 1 ? $given : bin2hex(random_bytes(16));
        $isTraced = preg_match(self::TRACEPARENT, $request->header('traceparent') ?? '', $match) === 1;
        $this->traceId = $isTraced ? $match[1] : null;
    }
}
