<?php

declare(strict_types=1);

namespace HKS\Host;

/** A clock that only runs forward and that all processes of the host share. */
final class Clock
{
    /** In seconds. */
    public static function now(): float
    {
        return hrtime(true) / 1e9;
    }
}
