<?php

declare(strict_types=1);

namespace HKS\Host;

/** A request that is not served, with the status that says so. */
final class Refusal extends \RuntimeException
{
    public function __construct(public int $status, string $message)
    {
        parent::__construct($message);
    }
}
